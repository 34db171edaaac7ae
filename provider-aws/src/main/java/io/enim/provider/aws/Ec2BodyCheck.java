package io.enim.provider.aws;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import software.amazon.awssdk.http.SdkHttpResponse;

/** Refuses a good status whose body EC2 did not write: a login page of a proxy parses as an empty list. */
final class Ec2BodyCheck {
    private static final Pattern ROOT = Pattern.compile(
            "\\A(?:\\s*<\\?xml[^>]*\\?>)?\\s*<\\w+Response\\b[^>]*xmlns=\"http://ec2\\.amazonaws\\.com/doc/");
    private static final int HEAD = 512;

    private Ec2BodyCheck() {}

    static void check(SdkHttpResponse response, byte[] body) throws IOException {
        if (!response.isSuccessful()) {
            return;
        }
        String head = new String(body, 0, Math.min(body.length, HEAD), StandardCharsets.UTF_8);
        if (!ROOT.matcher(head).find()) {
            throw new IOException("status " + response.statusCode() + " with " + body.length
                    + " bytes that are no EC2 answer; is there a proxy between?");
        }
    }
}
