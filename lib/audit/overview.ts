import type { AuditRow } from "./audit.ts";
import { counted } from "./finding.ts";

/** Weights smaller than this look like many laws. */
const TELLING = 1000;

/**
 * What the tensors of two or more axes are as a whole, in a sentence or two: as a new network's, or trained; nothing where
 * there are none of 1,000 entries or more.
 */
export function overviewOf(rows: readonly AuditRow[]): string {
  const weights = rows.filter(({ shape, stats }) => shape.length >= 2 && stats.count >= TELLING);
  if (weights.length === 0) return "";
  const fitting = weights.filter(({ fits }) => fits.length > 0).length;
  const which = `${fitting} of ${counted(weights.length, "large weight")}`;
  const look = fitting === weights.length
    ? `${which} fit a law that a new network's may have`
    : fitting >= weights.length / 2
    ? `${which} fit a law that a new network's may have; the others look trained, or of a law that is not known here`
    : `${which} fit a law that a new network's may have: the file looks trained, and findings tell what looks damaged, not how it started`;
  const isAsked = rows.some(({ expected }) => expected);
  return isAsked ? look : `${look}. Nothing was said of what they should be`;
}
