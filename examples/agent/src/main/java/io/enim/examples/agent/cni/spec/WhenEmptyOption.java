package io.enim.examples.agent.cni.spec;

import io.enim.AddRequest.WhenEmpty;
import java.util.Locale;

/** What an ADD does when no ENI is free, as configurations and pods write it. */
public final class WhenEmptyOption {
    private WhenEmptyOption() {}

    /** @throws CniException of code 7, naming where the word stands */
    public static WhenEmpty parse(String where, String word) {
        return switch (word.toLowerCase(Locale.ROOT)) {
            case "fail" -> WhenEmpty.FAIL;
            case "wait" -> WhenEmpty.WAIT;
            default ->
                throw new CniException(
                        CniErrorCode.INVALID_CONFIG, where + " is '" + Printable.of(word) + "'", "it is fail or wait");
        };
    }
}
