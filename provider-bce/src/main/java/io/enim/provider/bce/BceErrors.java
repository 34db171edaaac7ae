// SPDX-License-Identifier: Apache-2.0
package io.enim.provider.bce;

import com.baidubce.BceServiceException;
import io.enim.ProviderException;
import io.enim.provider.support.CloudRequest;
import io.enim.provider.support.ErrorAnswer;
import io.enim.provider.support.ErrorClass;
import io.enim.provider.support.ProviderErrors;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.http.conn.ConnectTimeoutException;

/**
 * Turns what the SDK throws into ENIM's errors, by what may be done next.
 *
 * <p>BCE documents its common codes; those of ENIs are known from what clients in the field match on. Codes that are
 * neither are read by their words, and by the status last.
 */
final class BceErrors {
    private static final Pattern RATE = Pattern.compile(".*(ratelimit|toomanyrequest|throttl|requestlimit).*");
    private static final Pattern LIMIT = Pattern.compile(".*(quota|limit).*exceed.*|.*exceed.*(quota|limit).*");
    private static final Pattern NO_ROOM =
            Pattern.compile(".*subnet.*(nomore|full|insufficient|notenough).*|.*(insufficient|notenough).*ip.*");
    private static final Pattern STATE = Pattern.compile(".*(status|state|inuse|conflict|notavailable).*");
    private static final Pattern ABSENT = Pattern.compile(".*(notfound|notexist|nosuch).*");

    /** The calls that are about the instance: to the others, one that is missing is that of an ENI or of a filter. */
    private static final Set<String> OF_INSTANCE = Set.of("AttachEni", "DetachEni", "GetEniQuota", "GetInstance");

    private static final Map<String, ErrorClass> CODES = ErrorClass.table("""
            THROTTLED RateLimit
            NOT_PERMITTED AccessDenied InvalidAccessKeyId InvalidHTTPAuthHeader SignatureDoesNotMatch
            NOT_PERMITTED RequestExpired OptInRequired QualifyNotPass
            ENI_LIMIT ExceedLimitException QuotaLimitExceeded LimitExceeded
            SUBNET_FULL SubnetHasNoMoreIpException SubnetHasNoMoreIp
            NOT_FOUND EniIdException EniNotFoundException
            WRONG_STATE EniStatusException InvalidInstanceStatus PrivateIpInUseException
            TOKEN_MISMATCH IdempotentParameterMismatch
            FAILED InternalError ServiceUnavailable
            REFUSED InappropriateJSON InvalidHTTPRequest InvalidURI MalformedJSON InvalidVersion PreconditionFailed
            REFUSED BadRequest OperationDenied VmMemoryCanNotAttachMoreIpException
            """);

    private BceErrors() {}

    static ProviderException translate(CloudRequest request, RuntimeException thrown) {
        if (thrown instanceof BceServiceException refused) {
            ErrorAnswer answer = new ErrorAnswer(
                    refused.getStatusCode(),
                    Objects.requireNonNullElse(refused.getErrorCode(), ""),
                    Objects.requireNonNullElse(refused.getErrorMessage(), ""),
                    String.valueOf(refused.getRequestId()));
            return ProviderErrors.answered(request, answer, classify(request.name(), answer), refused);
        }
        return ProviderErrors.unanswered(request, thrown, ConnectTimeoutException.class);
    }

    /** What an answer means. The one place that reads BCE's codes. */
    static ErrorClass classify(String operation, ErrorAnswer answer) {
        String code = answer.code();
        ErrorClass known = code.equals("NoSuchObject") ? ofAbsent(operation, answer.text()) : CODES.get(code);
        return known == null
                ? ofWords(operation, answer.status(), code.toLowerCase(Locale.ROOT), answer.text())
                : known;
    }

    /** One code for whatever is missing; only its text says what. */
    private static ErrorClass ofAbsent(String operation, String text) {
        String said = text.toLowerCase(Locale.ROOT);
        if (said.contains("account")) {
            return ErrorClass.NOT_PERMITTED;
        }
        return said.contains("instance") && OF_INSTANCE.contains(operation)
                ? ErrorClass.INSTANCE_GONE
                : ErrorClass.NOT_FOUND;
    }

    private static ErrorClass ofWords(String operation, int status, String code, String text) {
        if (status == 429 || RATE.matcher(code).matches()) {
            return ErrorClass.THROTTLED;
        }
        if (status >= 500 || status == 408) {
            return ErrorClass.FAILED;
        }
        if (NO_ROOM.matcher(code).matches()) {
            return ErrorClass.SUBNET_FULL;
        }
        if (LIMIT.matcher(code).matches()) {
            return ErrorClass.ENI_LIMIT;
        }
        if (ABSENT.matcher(code).matches() || status == 404) {
            return ofAbsent(operation, code + " " + text);
        }
        if (STATE.matcher(code).matches() || status == 409) {
            return ErrorClass.WRONG_STATE;
        }
        return status == 401 || status == 403 ? ErrorClass.NOT_PERMITTED : ErrorClass.REFUSED;
    }
}
