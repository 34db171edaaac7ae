package io.enim.examples.agent.cni;

import io.enim.ClosedException;
import io.enim.DeviceException;
import io.enim.EniException;
import io.enim.InvalidRequestException;
import io.enim.LedgerException;
import io.enim.ProviderException;
import io.enim.SupersededException;

/** ENIM's errors as the specification's. */
final class CniErrors {
    private static final String LATER = "nothing is wrong with the call; the same one may succeed later";

    private CniErrors() {}

    static CniException of(EniException error) {
        String message = String.valueOf(error.getMessage());
        if (error instanceof InvalidRequestException invalid) {
            return invalid(invalid, message);
        }
        if (error instanceof LedgerException) {
            return new CniException(CniCode.IO_FAILURE, message, "nothing was begun, or it was undone");
        }
        if (error.isRetryable() || error instanceof ClosedException) {
            return new CniException(CniCode.TRY_AGAIN_LATER, message, LATER);
        }
        if (error instanceof SupersededException) {
            return new CniException(CniCode.SUPERSEDED, message, "what this ADD had done was undone");
        }
        if (error instanceof DeviceException) {
            return new CniException(CniCode.DEVICE, message, "");
        }
        if (error instanceof ProviderException) {
            return new CniException(CniCode.PROVIDER, message, "");
        }
        return new CniException(CniCode.INTERNAL, message, "");
    }

    /** The manager looks at the namespace and at the routes more closely than the agent can; the rest came by environment. */
    private static CniException invalid(InvalidRequestException error, String message) {
        return switch (error.field()) {
            case "route", "routes", "cidr", "address" -> new CniException(CniCode.INVALID_CONFIG, message, "");
            case "netns" -> new CniException(CniCode.INVALID_ENVIRONMENT, "CNI_NETNS: " + message, "");
            default -> new CniException(CniCode.INVALID_ENVIRONMENT, message, "");
        };
    }
}
