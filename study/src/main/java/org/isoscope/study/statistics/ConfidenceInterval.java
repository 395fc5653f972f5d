package org.isoscope.study.statistics;

/**
 * An interval of an estimate.
 *
 * @param level at which it covers the truth, 0 to 1
 * @param low its lower end
 * @param high its upper end
 */
public record ConfidenceInterval(double level, double low, double high) {}
