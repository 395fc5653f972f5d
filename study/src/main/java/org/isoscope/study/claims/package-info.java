/**
 * The paper's claims as hypotheses: estimand, direction, margin, controls, and the verdict that the
 * evidence of some runs bears.
 */
@NullMarked
package org.isoscope.study.claims;

import org.jspecify.annotations.NullMarked;
