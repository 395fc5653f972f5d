/**
 * An encoder for other programs: {@link org.isoscope.export.OnnxExport} writes it as ONNX, in fp32
 * or with int8 weights, from the parameters themselves, and runs the file to check that it computes
 * the same. Knows nothing of training, of results or of reports.
 */
@NullMarked
package org.isoscope.export;

import org.jspecify.annotations.NullMarked;
