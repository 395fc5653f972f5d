/**
 * Contrastive training: batches, the objective, the optimizer, the step, and a whole run with its
 * probes. A probe is the same analysis that a user runs, on the model of the moment. Knows nothing
 * of reports or of the command line.
 */
@NullMarked
package org.isoscope.training;

import org.jspecify.annotations.NullMarked;
