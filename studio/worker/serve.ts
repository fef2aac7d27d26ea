// Answers what a client.ts asks, in a worker.

import type { Args, Told } from "./core.ts";
import type { Answer, Failure, Question, Questioned, Stop } from "./messages.ts";

/** How a question is to be answered: what ends the work, and who is told meanwhile. */
export interface Asking<News> {
  signal: AbortSignal;
  tell: (news: News) => void;
}

/** An answer to each of the questions Q. */
export type Answers<Q extends Questioned<Q>, News> = { [K in keyof Q]: (given: Q[K]["given"], asking: Asking<News>) => Promise<Q[K]["answer"]> };

/** Answers all questions from now on. plain takes out of texts of errors what nobody else knows. */
export function serve<Q extends Questioned<Q>, News>(answers: Answers<Q, News>, plain: (text: string) => string = (text) => text): void {
  const running = new Map<number, AbortController>();
  const post = (message: Answer): void => postMessage(message);
  onmessage = async ({ data }: MessageEvent<Question | Stop>) => {
    if ("stop" in data) {
      running.get(data.stop)?.abort();
      return;
    }
    const { n, ask, given } = data;
    const controller = new AbortController();
    running.set(n, controller);
    try {
      const asking: Asking<News> = { signal: controller.signal, tell: (news) => post({ n, news }) };
      post({ n, answer: await answers[ask as keyof Q](given as Q[keyof Q]["given"], asking) });
    } catch (e) {
      post({ n, failure: failureOf(e, plain) });
    } finally {
      running.delete(n);
    }
  };
}

/** A message whose texts plain has gone through. */
export function plainTold({ text, code, args }: Told, plain: (text: string) => string): Told {
  const entries = Object.entries(args ?? {}).map(([name, value]) => [name, typeof value === "string" ? plain(value) : value]);
  return { text: plain(text), ...(code ? { code, args: Object.fromEntries(entries) as Args } : {}) };
}

function failureOf(e: unknown, plain: (text: string) => string): Failure {
  const { kind, message, faults, ...own } = e as Partial<Failure> & { told?: Told };
  const { code, args } = own.told ?? own; // of an error that another worker has had
  const { text, ...coded } = plainTold({ text: message ?? String(e), code: code ?? "", args: args ?? null }, plain);
  return { kind: kind ?? "other", message: text, ...coded, faults: (faults ?? []).map((fault) => plainTold(fault, plain)) };
}
