package io.enim.provider.bce;

/**
 * What is asked of the cloud, in words for messages.
 *
 * @param name the API's name of it
 * @param about the values
 * @param changes whether it changes something, so that a lost answer leaves open whether it happened
 */
record CloudRequest(String name, String subject, boolean changes) {
    static CloudRequest reading(String name, String about) {
        return new CloudRequest(name, about, false);
    }

    static CloudRequest changing(String name, String about) {
        return new CloudRequest(name, about, true);
    }

    @Override
    public String toString() {
        return name + " " + subject;
    }
}
