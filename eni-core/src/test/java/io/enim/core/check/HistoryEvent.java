package io.enim.core.check;

/**
 * One operation of a recorded history.
 *
 * @param thread who did it
 * @param called when it was called, on a counter that all threads share
 * @param answered when it answered
 * @param operation what was asked
 * @param answer what came back
 */
public record HistoryEvent<O, A>(int thread, long called, long answered, O operation, A answer) {
    @Override
    public String toString() {
        return "t" + thread + " [" + called + "," + answered + "] " + operation + " -> " + answer;
    }
}
