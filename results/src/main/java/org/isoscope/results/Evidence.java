package org.isoscope.results;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a claim about one training, or about two models, rests on: {@code evidence.json}. Every
 * estimand over one reference text, in every state of the model that was measured, and what becomes
 * of it without each block of the text and without each token type: the error of a change, of a
 * mean over several trainings, or of the difference of two such means follows from these, and no
 * vector is needed again.
 *
 * <p>Text and types are chosen before the first step, and are the same in all states. Two evidences
 * over one text and one list of types have the same blocks.
 *
 * @param schema version of this record's meaning, {@value #SCHEMA}
 * @param model its name, as the user gave it
 * @param text measured over
 * @param types the frozen list; those of one class stand together
 * @param states of the model, in the order in which they were measured
 * @param missing what the text or the types lack for a verdict, as noun phrases; empty where
 *     nothing
 */
public record Evidence(
    int schema,
    String model,
    Text text,
    List<Type> types,
    List<State> states,
    List<String> missing) {

  /** The version written by this program. */
  public static final int SCHEMA = 1;

  /** The label of the untrained model's state. */
  public static final String BEFORE = "before";

  /** The label of the trained model's state. */
  public static final String AFTER = "after";

  /**
   * The label of the untrained model moved towards its origin until its anisotropy is that after.
   */
  public static final String TRANSLATED = "before, translated";

  /** The label of the untrained model with its token vectors whitened. */
  public static final String WHITENED = "before, whitened";

  /** The label of the untrained model less the mean and first components of its token vectors. */
  public static final String ALL_BUT_THE_TOP = "before, all but the top";

  /** The label of random vectors with the norms of the untrained model's. */
  public static final String NOISE = "before, noise";

  /** Keeps its own copies of the lists. */
  public Evidence {
    Schema.require(schema, SCHEMA);
    Objects.requireNonNull(model, "model");
    Objects.requireNonNull(text, "text");
    types = List.copyOf(Objects.requireNonNull(types, "types"));
    states = List.copyOf(Objects.requireNonNull(states, "states"));
    missing = List.copyOf(Objects.requireNonNull(missing, "missing"));
  }

  /**
   * The reference text.
   *
   * @param name as the user gave it
   * @param sha256 of its sentences, as {@code Corpus} defines it
   * @param sentences measured
   * @param groups of sentences that depend on each other (a row, a document, near copies)
   * @param blocks the groups are dealt to, each whole, for the jackknife; at most as many as groups
   */
  public record Text(String name, String sha256, long sentences, long groups, int blocks) {
    /** Refuses what has no name or fingerprint. */
    public Text {
      Objects.requireNonNull(name, "name");
      Objects.requireNonNull(sha256, "sha256");
    }
  }

  /**
   * A token type of the frozen list.
   *
   * @param token as the vocabulary writes it
   * @param wordClass "content" or "function"
   * @param groups independent groups of sentences it is measured in, one occurrence each
   */
  public record Type(String token, String wordClass, int groups) {
    /** Refuses what has no token or class. */
    public Type {
      Objects.requireNonNull(token, "token");
      Objects.requireNonNull(wordClass, "wordClass");
    }
  }

  /**
   * One state of the model.
   *
   * @param label {@value #BEFORE}, {@value #AFTER} or a control's
   * @param step of the training; absent outside of one
   * @param estimates one an estimand
   * @param permutedContrasts the difference of the two classes' type correlations, content minus
   *     function, under each of some random exchanges of the class labels, the same in all states
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record State(
      String label,
      @Nullable Integer step,
      List<Estimate> estimates,
      @Nullable List<Double> permutedContrasts) {
    /** Keeps its own copies of the lists. */
    public State {
      Objects.requireNonNull(label, "label");
      estimates = List.copyOf(Objects.requireNonNull(estimates, "estimates"));
      permutedContrasts = permutedContrasts == null ? null : List.copyOf(permutedContrasts);
    }
  }

  /**
   * One estimand in one state.
   *
   * @param key of the estimand, as {@code org.isoscope.evaluation.Estimand} lists them
   * @param value over the whole text and all types; absent where undefined
   * @param withoutBlock the same without each block, in their order; absent where there is no value
   *     or no such error
   * @param withoutType the same without each type of its class, in the order of the list; of a
   *     contrast of two classes without each type of either, content first; absent where types have
   *     no part in it
   * @param interaction what text and types share of the error, in random projections, equally many
   *     a type, as {@code org.isoscope.geometry.BlockJackknife} defines them; absent where not
   *     measured
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Estimate(
      String key,
      @Nullable Double value,
      @Nullable List<Double> withoutBlock,
      @Nullable List<Double> withoutType,
      @Nullable List<Double> interaction) {
    /** Keeps its own copies of the lists. */
    public Estimate {
      Objects.requireNonNull(key, "key");
      withoutBlock = withoutBlock == null ? null : List.copyOf(withoutBlock);
      withoutType = withoutType == null ? null : List.copyOf(withoutType);
      interaction = interaction == null ? null : List.copyOf(interaction);
    }

    /** An estimate of which it is not measured what text and types share of the error. */
    public Estimate(
        String key,
        @Nullable Double value,
        @Nullable List<Double> withoutBlock,
        @Nullable List<Double> withoutType) {
      this(key, value, withoutBlock, withoutType, null);
    }
  }
}
