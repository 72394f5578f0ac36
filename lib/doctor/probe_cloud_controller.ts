/**
 * Asks the Cloud Controller for one page of its bulk API, as the desired_state_listener would.
 *
 * @module
 */

import type { FetcherConfig } from "../config/config.ts";
import { describeError } from "../helpers/describe_error.ts";
import type { TimeProvider } from "../helpers/time_provider.ts";
import { readTlsFiles } from "../helpers/read_tls_files.ts";
import { encodeBasicAuth } from "../models/basic_auth.ts";
import { type Finding, fine, problem, warning } from "./finding.ts";
import { type HttpProbed, probeHttp } from "./http_probe.ts";
import { judgeClock } from "./judge_clock.ts";

/** Looks at the Cloud Controller; never throws. */
export async function probeCloudController(
  config: FetcherConfig,
  time: TimeProvider,
): Promise<readonly Finding[]> {
  const base = config.ccBaseUrl.replace(/\/+$/, "");
  if (base === "") {
    const remedy = "set cc_base_url, unless desired_state_listener runs with another configuration";
    return [warning("Cloud Controller", { message: "it is not configured", remedy })];
  }
  const subject = `Cloud Controller ${base}`;
  const unverified = config.skipCertVerify && base.startsWith("https:")
    ? [
      warning(subject, {
        message: "its certificate is not verified",
        remedy: "unset skip_cert_verify",
      }),
    ]
    : [];
  try {
    const answer = await probeHttp({
      url: `${base}/bulk/apps?batch_size=${config.batchSize}&bulk_token=%7B%7D`,
      headers: { "authorization": encodeBasicAuth(config.credentials) },
      timeoutMs: config.networkTimeoutSeconds * 1000,
      verify: !config.skipCertVerify,
      tls: await readTlsFiles(config.tls),
    });
    const clock = judgeClock(subject, { date: answer.date, now: time.now() });
    return [...unverified, judgeAnswer(subject, answer), ...clock];
  } catch (error) {
    const remedy =
      "check cc_base_url, that it is up, that its certificate is trusted here, and, if it asks for " +
      "one, that cc_tls has a certificate that it trusts";
    return [
      ...unverified,
      problem(subject, { message: `no answer: ${describeError(error)}`, remedy }),
    ];
  }
}

function judgeAnswer(subject: string, { status, body }: HttpProbed): Finding {
  if (status === 401) {
    const remedy = "check cc_auth_user and HM9000_CC_AUTH_PASSWORD";
    return problem(subject, { message: "it refuses our credentials (401)", remedy });
  }
  if (status !== 200) {
    return problem(subject, {
      message: `it answers ${status}`,
      remedy: "check cc_base_url, and its log",
    });
  }
  const apps = countApps(body);
  if (apps === undefined) {
    return problem(subject, {
      message: "its answer is no page of apps",
      remedy: "check cc_base_url",
    });
  }
  return fine(subject, `a page of its bulk API came, with ${apps} apps`);
}

function countApps(body: string): number | undefined {
  try {
    const { results } = JSON.parse(body);
    return typeof results === "object" && results !== null
      ? Object.keys(results).length
      : undefined;
  } catch {
    return undefined; // Not JSON: to the operator the same as another answer than expected.
  }
}
