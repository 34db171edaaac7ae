package io.enim.provider.bce;

import com.baidubce.BceClientException;
import org.jspecify.annotations.Nullable;

/** There are no keys to sign with; the message says where they were looked for, never what was found. */
final class KeysException extends BceClientException {
    private static final long serialVersionUID = 1L;

    KeysException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
