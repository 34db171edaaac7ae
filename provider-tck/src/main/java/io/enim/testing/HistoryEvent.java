// SPDX-License-Identifier: Apache-2.0
package io.enim.testing;

/** One operation of a recorded history, with its thread, called and answered at counts that all threads share. */
public record HistoryEvent<O, A>(int thread, long called, long answered, O operation, A answer) {
    @Override
    public String toString() {
        return "t" + thread + " [" + called + "," + answered + "] " + operation + " -> " + answer;
    }
}
