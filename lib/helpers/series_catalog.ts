/**
 * Figures that stand in several series each, told apart by labels, and histograms. Each label has few
 * values, all of them known to the code: never a guid, an address or a message, for every value is a
 * series that Prometheus keeps. These are not stored and not served at `/varz`; the original has none.
 *
 * @module
 */

/** What is known of a figure that stands in several series. */
export interface SeriesInfo {
  /** As in Prometheus. */
  readonly kind: "counter" | "gauge" | "histogram";
  /** One sentence on what it says. */
  readonly help: string;
  /** The names of its labels. */
  readonly labels: readonly string[];
  /** Upper bounds of a histogram's buckets, ascending. */
  readonly buckets?: readonly number[];
}

/** From a read of one key to a pass that has run into its timeout, in seconds. */
const SECONDS = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

/** Every such figure, and what it says. */
export const SERIES = {
  "leading": {
    kind: "gauge",
    labels: ["component"],
    help: "1 while this process leads the component, 0 while it stands by",
  },
  "leaderships": {
    kind: "counter",
    labels: ["component"],
    help: "Times this process has taken the lead of the component",
  },
  "passes": {
    kind: "counter",
    labels: ["component", "outcome"],
    help: "Passes that have ended, by outcome: done or failed",
  },
  "pass_failures": {
    kind: "counter",
    labels: ["component", "reason"],
    help: "Passes that have failed, by reason",
  },
  "pass_duration_seconds": {
    kind: "histogram",
    labels: ["component"],
    buckets: SECONDS,
    help: "How long passes take, whatever comes of them",
  },
  "store_request_duration_seconds": {
    kind: "histogram",
    labels: ["operation"],
    buckets: SECONDS,
    help:
      "How long requests to the store take, whatever comes of them; of a range, each page is one",
  },
  "store_errors": {
    kind: "counter",
    labels: ["operation", "reason"],
    help: "Requests to the store that have failed, by reason",
  },
  "starts_dropped": {
    kind: "counter",
    labels: ["reason"],
    help:
      "Queued starts deleted because they are not right any more, by the reason they were queued for",
  },
  "stops_dropped": {
    kind: "counter",
    labels: ["reason"],
    help:
      "Queued stops deleted because they are not right any more, by the reason they were queued for",
  },
  "queued_messages": {
    kind: "gauge",
    labels: ["queue"],
    help: "Messages in the queue of starts or stops, sent ones that are still kept included",
  },
  "holds": {
    kind: "gauge",
    labels: ["source", "holds"],
    help:
      "Holds in place, by who placed them, operator or breaker, and what they keep from being sent",
  },
  "fresh": {
    kind: "gauge",
    labels: ["state"],
    help: "1 while actual or desired state is fresh, 0 while it is not or cannot be known",
  },
  "fresh_since_timestamp_seconds": {
    kind: "gauge",
    labels: ["state"],
    help: "Since when actual or desired state has been kept up without a break, in Unix seconds",
  },
  "insecure_setting": {
    kind: "gauge",
    labels: ["setting"],
    help: "1 while a setting is in use that gives up a protection, 0 while it is not",
  },
  "certificate_expiry_timestamp_seconds": {
    kind: "gauge",
    labels: ["certificate"],
    help:
      "When the first certificate of a configured file ends, in Unix seconds; 0 if it cannot be read",
  },
} as const satisfies Readonly<Record<string, SeriesInfo>>;

/** The name of any of {@linkcode SERIES}. */
export type SeriesName = keyof typeof SERIES;

/** The names of the figures of one kind. */
export type SeriesNameOf<Kind extends SeriesInfo["kind"]> = {
  [Name in SeriesName]: (typeof SERIES)[Name]["kind"] extends Kind ? Name : never;
}[SeriesName];

/** The name of a counter that stands in several series. */
export type CounterSeriesName = SeriesNameOf<"counter">;

/** The name of a gauge that stands in several series. */
export type GaugeSeriesName = SeriesNameOf<"gauge">;

/** The name of a histogram. */
export type HistogramName = SeriesNameOf<"histogram">;

/** The labels that name one series of a figure. */
export type LabelsOf<Name extends SeriesName> = Readonly<
  Record<(typeof SERIES)[Name]["labels"][number], string>
>;
