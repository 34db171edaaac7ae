package io.enim.examples.agent.cni.spec;

import io.enim.Cidr;
import io.enim.InvalidRequestException;
import io.enim.IpLiteral;

/** One spelling for each address with a prefix, whoever wrote it: {@code 2001:DB8::7/64} and its long form are one. */
public final class Addresses {
    private Addresses() {}

    /** The canonical spelling; a text that is no address stays as it is, and so equals nothing that is. */
    public static String canonical(String text) {
        int slash = text.indexOf('/');
        if (slash < 0) {
            return text;
        }
        try {
            return IpLiteral.format(Cidr.parseAddress(text.substring(0, slash))) + text.substring(slash);
        } catch (InvalidRequestException e) {
            return text;
        }
    }
}
