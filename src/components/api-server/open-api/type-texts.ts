/** By type: what it is, under `type`, and what each field is. */
export type TypeTexts = Readonly<
  Record<string, { readonly type: string; readonly fields?: Readonly<Record<string, string>> }>
>;
