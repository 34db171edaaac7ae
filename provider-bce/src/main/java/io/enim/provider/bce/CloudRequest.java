package io.enim.provider.bce;

/**
 * What is asked of the cloud, in words for messages.
 *
 * @param name the API's name of it
 * @param about the values
 * @param changes whether it changes something, so that a lost answer leaves open whether it happened
 */
record Operation(String name, String about, boolean changes) {
    static Operation reading(String name, String about) {
        return new Operation(name, about, false);
    }

    static Operation changing(String name, String about) {
        return new Operation(name, about, true);
    }

    @Override
    public String toString() {
        return name + " " + about;
    }
}
