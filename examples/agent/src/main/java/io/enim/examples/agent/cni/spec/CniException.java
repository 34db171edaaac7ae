// SPDX-License-Identifier: Apache-2.0
package io.enim.examples.agent.cni.spec;

import io.enim.ClosedException;
import io.enim.DeviceException;
import io.enim.EniException;
import io.enim.InvalidRequestException;
import io.enim.LedgerException;
import io.enim.ProviderException;
import io.enim.SupersededException;

/** Ends a call with an error of the specification. */
public final class CniException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final CniErrorCode code;
    private final String details;
    private final boolean isLogged;

    /** The message says what is wrong, with the values; the details, which may be empty, the rule and the next step. */
    public CniException(CniErrorCode code, String message, String details) {
        this(code, message, details, false);
    }

    private CniException(CniErrorCode code, String message, String details, boolean isLogged) {
        super(message);
        this.code = code;
        this.details = details;
        this.isLogged = isLogged;
    }

    /** The same error, of which the log has a line already. */
    public CniException logged() {
        return new CniException(code, String.valueOf(getMessage()), details, true);
    }

    /** Whether the log has a line about it: each operation has one. */
    public boolean isLogged() {
        return isLogged;
    }

    /** Of code 4: the environment breaks the rule. */
    public static CniException environment(String message, String rule) {
        return new CniException(CniErrorCode.INVALID_ENVIRONMENT, message, rule);
    }

    /** Of code 7: the network configuration breaks the rule. */
    public static CniException configuration(String message, String rule) {
        return new CniException(CniErrorCode.INVALID_CONFIG, "network configuration: " + message, rule);
    }

    /** An error of ENIM as the specification words it. */
    public static CniException of(EniException error) {
        String message = String.valueOf(error.getMessage());
        if (error instanceof InvalidRequestException invalid) {
            return invalid(invalid, message);
        }
        if (error instanceof LedgerException) {
            return new CniException(CniErrorCode.IO_FAILURE, message, "nothing was changed, or the change was undone");
        }
        if (error.isRetryable() || error instanceof ClosedException) {
            return new CniException(CniErrorCode.TRY_AGAIN_LATER, message, "the call is valid; retry it later");
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

    /** Routes and wishes come from the configuration, everything else from the environment. */
    private static CniException invalid(InvalidRequestException error, String message) {
        return switch (error.field()) {
            case "route", "routes", "cidr", "address", "wish" ->
                new CniException(CniErrorCode.INVALID_CONFIG, message, "");
            case "netns" -> environment("CNI_NETNS: " + message, "");
            default -> environment(message, "");
        };
    }

    public CniErrorCode code() {
        return code;
    }

    public String details() {
        return details;
    }
}
