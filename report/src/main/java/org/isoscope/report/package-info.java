@NullMarked
package org.isoscope.report;

import org.jspecify.annotations.NullMarked;
