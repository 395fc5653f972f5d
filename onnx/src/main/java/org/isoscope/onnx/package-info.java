/** Exported models, run by ONNX Runtime, without libtorch. */
@NullMarked
package org.isoscope.onnx;

import org.jspecify.annotations.NullMarked;
