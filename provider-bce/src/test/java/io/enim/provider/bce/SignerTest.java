package io.enim.provider.bce;

import static org.assertj.core.api.Assertions.assertThat;

import com.baidubce.auth.BceV1Signer;
import com.baidubce.auth.DefaultBceCredentials;
import com.baidubce.auth.SignOptions;
import com.baidubce.http.HttpMethodName;
import com.baidubce.internal.InternalRequest;
import java.net.URI;
import java.time.Instant;
import java.util.Date;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The SDK signs as computed elsewhere; the emulator's own check is held to the same vectors. */
class SignerTest {
    private static InternalRequest request(HttpMethodName method, String path) {
        return new InternalRequest(method, URI.create("http://127.0.0.1:41271" + path));
    }

    private static String signed(InternalRequest request) {
        SignOptions options = new SignOptions();
        options.setHeadersToSign(Set.of("host"));
        options.setTimestamp(Date.from(Instant.parse("2026-11-23T17:03:06Z")));
        new BceV1Signer().sign(request, new DefaultBceCredentials("ak", "sk"), options);
        return request.getHeaders().get("Authorization");
    }

    @Test
    void theSdkSignsTheVectorsAsTheyAre() {
        InternalRequest create = request(HttpMethodName.POST, "/v1/eni");
        create.addParameter("clientToken", "tok");
        assertThat(signed(create))
                .isEqualTo("bce-auth-v1/ak/2026-11-23T17:03:06Z/1800/host/"
                        + "e10b784a84d60df89bbf821b7fa01149b4070adaabc86bbd0816411bcd27065a");
        InternalRequest attach = request(HttpMethodName.PUT, "/v1/eni/eni-1");
        attach.addParameter("attach", null);
        attach.addParameter("clientToken", "t2");
        assertThat(signed(attach)).endsWith("/3f84b100079cce1708e52ba16ae5030d210b5c8ece6e0ebddcb7955d4939737d");
    }
}
