package io.enim.examples.agent.cni.spec;

import io.enim.Cidr;
import io.enim.InvalidRequestException;
import io.enim.IpLiteral;

/** One spelling for each address with a prefix: {@code 2001:DB8::7/64} and its long form become equal. */
public final class Addresses {
    private Addresses() {}

    /** The canonical spelling; text that is no address is returned unchanged. */
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
