package io.enim.examples.agent.cni;

import io.enim.AddRequest.WhenEmpty;
import java.util.Locale;

/** What an ADD does when no ENI is free, as configurations and pods write it. */
final class EmptyPool {
    private EmptyPool() {}

    /** @throws CniException of code 7, naming where the word stands */
    static WhenEmpty parse(String where, String word) {
        return switch (word.toLowerCase(Locale.ROOT)) {
            case "fail" -> WhenEmpty.FAIL;
            case "wait" -> WhenEmpty.WAIT;
            default ->
                throw new CniException(
                        CniCode.INVALID_CONFIG, where + " is '" + Shown.of(word) + "'", "it is fail or wait");
        };
    }
}
