package org.isoscope.encoder;

/**
 * The hidden states of a batch of sentences, without padding.
 *
 * @param sentences index of each sentence in the text, {@code [sentences]}
 * @param offsets sentence i has the rows {@code offsets[i]} to {@code offsets[i + 1]} (exclusive),
 *     {@code [sentences + 1]}
 * @param ids token id of each row, {@code [rows]}
 * @param layers hidden states of each layer, the embedding output first: {@code [layer][row *
 *     dimension + i]}
 * @param dimension of a hidden state
 */
@SuppressWarnings("ArrayRecordComponent") // made once a batch and read in hot loops
public record HiddenStates(
    int[] sentences, int[] offsets, int[] ids, float[][] layers, int dimension) {}
