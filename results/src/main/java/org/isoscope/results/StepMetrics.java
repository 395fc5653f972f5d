package org.isoscope.results;

/**
 * One training step: a line of {@code metrics.jsonl}.
 *
 * @param step from 1
 * @param loss mean over the batch, in nats
 * @param learningRate in force at this step
 * @param gradientNorm Euclidean, over all parameters, before clipping
 * @param tokens real tokens that went through the encoder, both views counted
 * @param seconds wall time of the step, without probes
 */
public record StepMetrics(
    int step, double loss, double learningRate, double gradientNorm, long tokens, double seconds) {}
