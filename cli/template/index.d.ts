export interface Prime {
  value: number;
  /** Which thread has found it: 0 or 1. */
  thread: number;
}

export interface FindPrimesOptions {
  /** An integer from 0 to 4294967295. */
  limit: number;
  /** Ends the search: the promise rejects with the signal's reason. */
  signal?: AbortSignal | null | undefined;
}

export type PrimeCallback = (...args: [err: null, prime: Prime] | [err: Error, prime: undefined]) => void;

/**
 * Calls back for each prime below `options.limit`, in the order of each thread.
 * The promise resolves after the last call.
 */
export function findPrimes(options: FindPrimesOptions, callback: PrimeCallback): Promise<void>;
