package io.enim.examples.agent.cni.spec;

import io.enim.ClosedException;
import io.enim.DeviceException;
import io.enim.EniException;
import io.enim.InvalidRequestException;
import io.enim.LedgerException;
import io.enim.ProviderException;
import io.enim.SupersededException;

/** Maps ENIM's errors to the specification's. */
public final class CniErrorMapper {
    private static final String LATER = "the call is valid; retry it later";

    private CniErrorMapper() {}

    public static CniException of(EniException error) {
        String message = String.valueOf(error.getMessage());
        if (error instanceof InvalidRequestException invalid) {
            return invalid(invalid, message);
        }
        if (error instanceof LedgerException) {
            return new CniException(CniErrorCode.IO_FAILURE, message, "nothing was changed, or the change was undone");
        }
        if (error.isRetryable() || error instanceof ClosedException) {
            return new CniException(CniErrorCode.TRY_AGAIN_LATER, message, LATER);
        }
        if (error instanceof SupersededException) {
            return new CniException(CniErrorCode.SUPERSEDED, message, "the ADD was undone");
        }
        if (error instanceof DeviceException) {
            return new CniException(CniErrorCode.DEVICE, message, "");
        }
        if (error instanceof ProviderException) {
            return new CniException(CniErrorCode.PROVIDER, message, "");
        }
        return new CniException(CniErrorCode.INTERNAL, message, "");
    }

    /** Routes come from the configuration, everything else from the environment. */
    private static CniException invalid(InvalidRequestException error, String message) {
        return switch (error.field()) {
            case "route", "routes", "cidr", "address" -> new CniException(CniErrorCode.INVALID_CONFIG, message, "");
            case "netns" -> new CniException(CniErrorCode.INVALID_ENVIRONMENT, "CNI_NETNS: " + message, "");
            default -> new CniException(CniErrorCode.INVALID_ENVIRONMENT, message, "");
        };
    }
}
