/**
 * The desired_state_listener as a stage: a whole fetch, with a Cloud Controller that answers from memory,
 * so that HTTP is not what is measured.
 *
 * @module
 */

import { DesiredStateListener } from "../../../lib/desired_state_listener/desired_state_listener.ts";
import { UNFENCED } from "../../../lib/store/fence.ts";
import type { Store } from "../../../lib/store/store.ts";
import { benchDeps } from "../bench_deps.ts";
import { bulkPage } from "../e2e/bulk_page.ts";

/** What BOSH configured. */
const BATCH_SIZE = 5_000;

/** Makes the listener; `apps` is how many apps the Cloud Controller wants, asked at each page. */
export function desiredStage(store: Store, apps: () => number): DesiredStateListener {
  return new DesiredStateListener({
    ...benchDeps(),
    store,
    fence: UNFENCED,
    desiredFreshnessTtlSeconds: 3_600,
    httpGet: ({ url }) => {
      const text = JSON.stringify(bulkPage(new URL(url).searchParams, apps()));
      return Promise.resolve({ status: 200, body: new TextEncoder().encode(text) });
    },
    config: {
      pollingIntervalSeconds: 60,
      timeoutSeconds: 600,
      batchSize: BATCH_SIZE,
      networkTimeoutSeconds: 10,
      ccBaseUrl: "http://127.0.0.1",
      credentials: { user: "phd", password: "phd" },
      skipCertVerify: false,
      allowEmptyDesiredState: false,
      shrinkFractionMax: 1,
      shrinkAppsFloor: 0,
      shrinkConfirmations: 0,
    },
  });
}
