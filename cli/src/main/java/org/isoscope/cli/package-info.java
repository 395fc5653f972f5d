/**
 * The commands: what people type, see and read when something is wrong. All work is done by the
 * modules below; what stands here is options, progress, tables and the record of a run.
 */
@NullMarked
package org.isoscope.cli;

import org.jspecify.annotations.NullMarked;
