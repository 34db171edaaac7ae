package io.enim.provider.bce;

import com.baidubce.BceClientException;
import org.jspecify.annotations.Nullable;

/** The request did not leave this process: whatever it would have changed is unchanged. */
final class NotSentException extends BceClientException {
    private static final long serialVersionUID = 1L;

    NotSentException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
