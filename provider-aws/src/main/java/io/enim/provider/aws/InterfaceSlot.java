// SPDX-License-Identifier: Apache-2.0
package io.enim.provider.aws;

/** A place on the instance where one interface can be attached: a device index on a network card. */
record InterfaceSlot(int card, int index) {
    private static final int CARD_STRIDE = 256;

    /** The interface's number at the instance: the device index on the first card, with the card above it on others. */
    int number() {
        return card * CARD_STRIDE + index;
    }

    @Override
    public String toString() {
        return "card " + card + " index " + index;
    }
}
