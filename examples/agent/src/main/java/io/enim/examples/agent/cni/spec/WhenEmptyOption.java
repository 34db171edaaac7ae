package io.enim.examples.agent.cni.spec;

import io.enim.AddRequest.WhenEmpty;
import java.util.Locale;

/** Parses what an ADD does when no ENI is free. */
public final class WhenEmptyOption {
    private WhenEmptyOption() {}

    /** @throws CniException of code 7, with the place of the word */
    public static WhenEmpty parse(String where, String word) {
        return switch (word.toLowerCase(Locale.ROOT)) {
            case "fail" -> WhenEmpty.FAIL;
            case "wait" -> WhenEmpty.WAIT;
            default ->
                throw new CniException(
                        CniErrorCode.INVALID_CONFIG,
                        where + " is '" + Printable.of(word) + "'",
                        "must be fail or wait");
        };
    }
}
