/**
 * Nothing is known of an app: neither what is desired of it, nor an instance, nor a message, nor a decision.
 *
 * @module
 */

/** There is nothing to explain. */
export class UnknownAppError extends Error {
  override readonly name = "UnknownAppError";

  constructor(app: { readonly appGuid: string; readonly appVersion?: string | undefined }) {
    const { appGuid, appVersion } = app;
    const which = appVersion === undefined ? "" : `, version "${appVersion}"`;
    super(
      `Cannot explain app "${appGuid}"${which}: it is neither desired nor reported nor waited for, ` +
        "and nothing was decided about it of late; hm9000 dump shows what is known",
    );
  }
}
