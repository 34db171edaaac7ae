package io.enim.provider.aws;

import static org.assertj.core.api.Assertions.assertThat;

import io.enim.AmbiguousProviderException;
import io.enim.EniException;
import io.enim.ProviderException;
import io.enim.emulator.adapter.AdapterFixture;
import io.enim.emulator.ec2.Ec2Emulator;
import io.enim.provider.AttachRequest;
import io.enim.provider.CreateRequest;
import io.enim.provider.NodeIdentity;
import io.enim.testing.FuzzTarget;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.ec2.Ec2Client;

/**
 * What EC2 answers, the same to every request: any XML, or none. Each call ends with an ENIM error or without one; a create
 * whose answer names an ENI and cannot be read is ambiguous. And what the metadata service says: a place becomes the name of a
 * host, and no other host's.
 */
public final class Ec2AnswersFuzzTest extends FuzzTarget {
    private static final Answers ANSWERS = new Answers();
    private static final Ec2Calls CALLS = new Ec2Calls(Ec2Client.builder()
            .region(Region.of(Ec2Emulator.REGION))
            .credentialsProvider(Ec2TestFixture.credentials(Ec2Emulator.SECRET))
            .httpClient(ANSWERS)
            .overrideConfiguration(override -> override.retryStrategy(retry -> retry.maxAttempts(1)))
            .build());
    private static final AwsSettings SETTINGS = Ec2TestFixture.read(Map.of("instance-id", "i-1"));
    private static final NodeIdentity NODE = new NodeIdentity("i-1", "us-east-1a");

    private static final String TAGS = "<tagSet><item><key>enim:cluster</key><value>"
            + AdapterFixture.OWNER_TAG.cluster() + "</value></item><item><key>enim:node</key><value>"
            + AdapterFixture.OWNER_TAG.node() + "</value></item></tagSet>";
    private static final String ENI = "<networkInterfaceId>eni-1</networkInterfaceId><subnetId>subnet-1</subnetId>"
            + "<macAddress>02:00:00:00:00:01</macAddress><privateIpAddress>10.0.1.7</privateIpAddress>"
            + "<status>in-use</status><ipv6AddressesSet><item><ipv6Address>2001:db8:1::7</ipv6Address></item>"
            + "</ipv6AddressesSet>" + TAGS + "<attachment><attachmentId>a-1</attachmentId><deviceIndex>1</deviceIndex>"
            + "<instanceId>i-1</instanceId><status>attached</status><deleteOnTermination>false</deleteOnTermination>"
            + "</attachment>";
    private static final String SOUND = "<R><reservationSet><item><instancesSet><item><instanceId>i-1</instanceId>"
            + "<instanceType>t3.large</instanceType><instanceState><name>running</name></instanceState>"
            + "<networkInterfaceSet><item><vpcId>vpc-1</vpcId><subnetId>subnet-1</subnetId><attachment>"
            + "<deviceIndex>0</deviceIndex></attachment></item></networkInterfaceSet></item></instancesSet></item>"
            + "</reservationSet><instanceTypeSet><item><instanceType>t3.large</instanceType><networkInfo>"
            + "<maximumNetworkInterfaces>4</maximumNetworkInterfaces></networkInfo></item></instanceTypeSet>"
            + "<subnetSet><item><subnetId>subnet-1</subnetId><availabilityZone>us-east-1a</availabilityZone>"
            + "<cidrBlock>10.0.1.0/24</cidrBlock><ipv6CidrBlockAssociationSet><item><ipv6CidrBlock>2001:db8:1::/64"
            + "</ipv6CidrBlock></item></ipv6CidrBlockAssociationSet></item></subnetSet><networkInterfaceSet><item>"
            + ENI + "</item></networkInterfaceSet><networkInterface>" + ENI
            + "</networkInterface><attachmentId>a-1</attachmentId></R>";

    @Override
    protected List<byte[]> inputs() {
        return texts(
                SOUND,
                SOUND.replace("<subnetId>subnet-1</subnetId>", ""),
                SOUND.replace("10.0.1.0/24", "10.0.1"),
                SOUND.replace("2001:db8:1::7", "06464::"),
                SOUND.replace(">4<", ">2147483647<"),
                SOUND.replace("<value>", "<x>").replace("</value>", "</x>"),
                SOUND.replace("<networkInterfaceId>eni-1</networkInterfaceId>", ""),
                SOUND.replace("<nextToken/>", "<nextToken>t</nextToken>"),
                "<R><nextToken>t</nextToken></R>",
                "<R>" + "<a>".repeat(20_000),
                "!<Response><Errors><Error><Code>" + "limit".repeat(20_000) + "</Code><Message>\u001b[2J</Message>"
                        + "</Error></Errors><RequestID>\u202e</RequestID></Response>",
                "<html>",
                "",
                "us-east-1",
                "-",
                "evil.example/#",
                "a".repeat(100));
    }

    public static void fuzzerTestOneInput(byte[] input) {
        ANSWERS.answer = input;
        AwsCloud cloud = new AwsCloud(SETTINGS, NODE, CALLS, () -> {}, AdapterFixture.OWNER_TAG, Clock.systemUTC());
        readOrRefused(() -> assertThat(cloud.limits().maxEnis()).isNotNegative(), EniException.class);
        readOrRefused(() -> assertThat(cloud.describe()).isNotNull(), EniException.class);
        readOrRefused(() -> create(cloud), EniException.class);
        readOrRefused(() -> cloud.attach("eni-1", new AttachRequest("t")), EniException.class);
        readOrRefused(() -> cloud.detach("eni-1"), EniException.class);
        readOrRefused(() -> cloud.delete("eni-1"), EniException.class);
        String place = text(input);
        if (place.matches(AwsSettings.PLACE)) {
            assertThat(URI.create("https://ec2." + place + ".amazonaws.com").getHost())
                    .isEqualTo("ec2." + place + ".amazonaws.com");
        }
    }

    private static void create(AwsCloud cloud) {
        ANSWERS.made = false;
        try {
            assertThat(cloud.create(new CreateRequest("t", AdapterFixture.OWNER_TAG))
                            .id())
                    .isNotEmpty();
        } catch (ProviderException e) {
            if (ANSWERS.made) {
                assertThat(e).isInstanceOf(AmbiguousProviderException.class);
            }
            throw e;
        }
    }

    /** Answers with the input; one that begins with an exclamation mark is an error. */
    private static final class Answers implements SdkHttpClient {
        private byte[] answer = {};
        private boolean made;

        @Override
        public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
            return new ExecutableHttpRequest() {
                @Override
                public HttpExecuteResponse call() throws IOException {
                    boolean refuses = answer.length > 0 && answer[0] == '!';
                    made |= !refuses && isCreate();
                    ByteArrayInputStream body = new ByteArrayInputStream(
                            answer, refuses ? 1 : 0, refuses ? answer.length - 1 : answer.length);
                    return HttpExecuteResponse.builder()
                            .response(SdkHttpResponse.builder()
                                    .statusCode(refuses ? 400 : 200)
                                    .build())
                            .responseBody(AbortableInputStream.create(body))
                            .build();
                }

                private boolean isCreate() throws IOException {
                    try (InputStream form =
                            request.contentStreamProvider().orElseThrow().newStream()) {
                        return text(form.readAllBytes()).contains("Action=CreateNetworkInterface");
                    }
                }

                @Override
                public void abort() {}
            };
        }

        @Override
        public void close() {}
    }
}
