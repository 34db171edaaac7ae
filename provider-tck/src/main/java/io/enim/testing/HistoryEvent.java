package io.enim.testing;

/**
 * One operation of a recorded history.
 *
 * @param thread the number of its thread
 * @param called when it was called, on a counter that all threads share
 * @param answered when it answered, on the same counter
 * @param operation what was called
 * @param answer what it returned
 */
public record HistoryEvent<O, A>(int thread, long called, long answered, O operation, A answer) {
    @Override
    public String toString() {
        return "t" + thread + " [" + called + "," + answered + "] " + operation + " -> " + answer;
    }
}
