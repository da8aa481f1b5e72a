/**
 * What given weights are: measures, laws that fit, and named mistakes.
 *
 * @module
 */
export { audit, auditEach } from "./audit.ts";
export type { AuditOptions, AuditRow } from "./audit.ts";
export type { Expectation } from "./expectation.ts";
export type { Finding, FindingKind, Severity } from "./finding.ts";
export type { Fit } from "./catalogue.ts";
export type { Spectrum } from "./spectrum.ts";
export type { TensorStats } from "./statistics.ts";
export type { TensorFile, Weights } from "./source.ts";
export { kolmogorovSmirnov } from "./kolmogorovSmirnov.ts";
export { kolmogorovTail } from "./kolmogorov.ts";
export { auditReport } from "./report.ts";
