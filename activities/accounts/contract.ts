/** What the onboarding asks the account service: an account, products on it, and both taken back by the keys of the calls. */
export const ACCOUNTS_TASK_QUEUE = 'throughline-accounts';

export interface OpenAccountInput {
  /** Idempotency-Key of the call; {@link CloseAccountInput.accountKey} names the account by it. */
  readonly key: string;
  readonly applicantId: string;
  /** Reference of name, address and date of birth in the subject store. */
  readonly profileRef: string;
}

export type AccountOpened =
  { readonly outcome: 'opened'; readonly accountId: string } | { readonly outcome: 'refused'; readonly code: string };

export interface ProvisionProductInput {
  /** Idempotency-Key of the call; {@link WithdrawProductInput.productKey} names the product by it. */
  readonly key: string;
  readonly applicantId: string;
  readonly accountId: string;
  /** Code of the product. */
  readonly product: string;
}

export type ProductProvisioned =
  | { readonly outcome: 'provisioned'; readonly productId: string }
  | { readonly outcome: 'refused'; readonly code: string };

export interface CloseAccountInput {
  /** Idempotency-Key of the call. */
  readonly key: string;
  readonly applicantId: string;
  /**
   * Idempotency-Key of the {@link OpenAccountInput}: whether that call took effect need not be known. Where it did not, it never will: it
   * is refused as `RequestWithdrawn` when it arrives later.
   */
  readonly accountKey: string;
}

export interface WithdrawProductInput {
  /** Idempotency-Key of the call. */
  readonly key: string;
  readonly applicantId: string;
  /** Idempotency-Key of the {@link ProvisionProductInput}; as {@link CloseAccountInput.accountKey}. */
  readonly productKey: string;
}

/** `none`: there was nothing to take back, and there never will be. */
export interface TakenBack {
  readonly outcome: 'takenBack' | 'none';
}

export interface AccountsActivities {
  /** @throws ApplicationFailure `RequestWithdrawn`, non-retryable: it was closed before it was opened. */
  openAccount(input: OpenAccountInput): Promise<AccountOpened>;
  /** @throws ApplicationFailure `RequestWithdrawn`, `AccountNotOpen`, non-retryable */
  provisionProduct(input: ProvisionProductInput): Promise<ProductProvisioned>;
  closeAccount(input: CloseAccountInput): Promise<TakenBack>;
  withdrawProduct(input: WithdrawProductInput): Promise<TakenBack>;
}
