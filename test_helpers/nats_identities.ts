/**
 * Identities for a NATS server of a test: nkeys, and an operator with an account whose users show a
 * credentials file (`.creds`), as `nsc` would make them.
 *
 * @module
 */

import { nkeys } from "nats-core";

type KeyPair = ReturnType<typeof nkeys.createUser>;

/** The key pair of a user. */
export interface UserKeys {
  /** Public: what a server's configuration names. */
  readonly publicKey: string;
  /** Secret. */
  readonly seed: string;
}

/** Makes a user's nkey. */
export function makeUserKeys(): UserKeys {
  return keysOf(nkeys.createUser());
}

/** An operator with one account, whose users have credentials files. */
export interface NatsAccount {
  /** What a server's configuration needs to know the account. */
  readonly serverConfig: string;
  /** The text of a credentials file for a new user; it may do what `permissions` say. */
  credentialsFor(name: string, permissions?: NatsPermissions): string;
}

/** Subjects that a user may publish on and subscribe to. */
export interface NatsPermissions {
  readonly publish: readonly string[];
  readonly subscribe: readonly string[];
}

/** Makes an operator and an account. */
export function makeNatsAccount(): NatsAccount {
  const [operator, account] = [nkeys.createOperator(), nkeys.createAccount()];
  const limits = { "subs": -1, "data": -1, "payload": -1, "conn": -1, "leaf": -1 };
  const accountToken = signed(operator, {
    "sub": account.getPublicKey(),
    "name": "hm9000",
    "nats": {
      "type": "account",
      "limits": { ...limits, "imports": -1, "exports": -1, "wildcards": true },
    },
  });
  const operatorToken = signed(operator, {
    "sub": operator.getPublicKey(),
    "name": "operator",
    "nats": { "type": "operator" },
  });
  return {
    serverConfig: `operator: ${operatorToken}\nresolver: MEMORY\n` +
      `resolver_preload: { ${account.getPublicKey()}: ${accountToken} }\n`,
    credentialsFor: (name, permissions) => {
      const { publicKey, seed } = makeUserKeys();
      const allowed = permissions === undefined ? {} : {
        "pub": { "allow": permissions.publish },
        "sub": { "allow": permissions.subscribe },
      };
      const token = signed(account, {
        "sub": publicKey,
        name,
        "nats": { "type": "user", ...allowed, "subs": -1, "data": -1, "payload": -1 },
      });
      return block("NATS USER JWT", token) + block("USER NKEY SEED", seed);
    },
  };
}

function keysOf(pair: KeyPair): UserKeys {
  return {
    publicKey: pair.getPublicKey(),
    seed: new TextDecoder().decode(pair.getSeed()),
  };
}

function block(name: string, text: string): string {
  return `-----BEGIN ${name}-----\n${text}\n------END ${name}------\n\n`;
}

/** A JWT as NATS has it: signed with an nkey. */
function signed(
  issuer: KeyPair,
  { nats, ...claims }: { readonly sub: string; readonly name: string; readonly nats: object },
): string {
  const payload = {
    ...claims,
    "iss": issuer.getPublicKey(),
    "iat": 1_600_000_000,
    "jti": claims.sub,
    "nats": { ...nats, "version": 2 },
  };
  const body = `${base64Url({ "typ": "JWT", "alg": "ed25519-nkey" })}.${base64Url(payload)}`;
  return `${body}.${encode(issuer.sign(new TextEncoder().encode(body)))}`;
}

function base64Url(value: unknown): string {
  return encode(new TextEncoder().encode(JSON.stringify(value)));
}

function encode(bytes: Uint8Array): string {
  return bytes.toBase64({ alphabet: "base64url", omitPadding: true });
}
