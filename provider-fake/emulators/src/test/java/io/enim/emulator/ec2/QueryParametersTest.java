package io.enim.emulator.ec2;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class QueryParametersTest {
    @Test
    void namesWithNumbersAreListsAndStructures() {
        QueryParameters queryParameters = QueryParameters.parse("Action=DescribeNetworkInterfaces&Version=2016-11-15"
                + "&Filter.1.Name=tag%3Aenim%3Anode&Filter.1.Value.1=node+7&Filter.1.Value.2=node-8"
                + "&Filter.2.Name=status&Filter.2.Value.1=available&MaxResults=1000");
        assertThat(queryParameters.action()).isEqualTo("DescribeNetworkInterfaces");
        assertThat(queryParameters.filters())
                .containsExactly(
                        Map.entry("tag:enim:node", List.of("node 7", "node-8")),
                        Map.entry("status", List.of("available")));
        assertThat(queryParameters.number("MaxResults", 5)).isEqualTo(1000);
        assertThat(queryParameters.number("Other", 5)).isEqualTo(5);
    }

    @Test
    void numbersAreInOrderOfValueAndNotOfText() {
        assertThat(QueryParameters.parse("Id.10=ten&Id.2=two&Id.1=one").list("Id"))
                .containsExactly("one", "two", "ten");
    }

    @Test
    void tagsAreThoseOfTheResource() {
        QueryParameters queryParameters =
                QueryParameters.parse("TagSpecification.1.ResourceType=volume&TagSpecification.1.Tag.1.Key=no"
                        + "&TagSpecification.2.ResourceType=network-interface&TagSpecification.2.Tag.1.Key=a"
                        + "&TagSpecification.2.Tag.1.Value=1&TagSpecification.2.Tag.2.Key=empty");
        assertThat(queryParameters.tags("network-interface")).containsOnly(Map.entry("a", "1"), Map.entry("empty", ""));
    }

    @Test
    void theIntentLeavesOutWhatMayDifferInARepeat() {
        QueryParameters one =
                QueryParameters.parse("Action=CreateNetworkInterface&SubnetId=subnet-1&ClientToken=t&Version=1");
        QueryParameters other =
                QueryParameters.parse("Version=2&SubnetId=subnet-1&ClientToken=u&Action=CreateNetworkInterface");
        assertThat(one.intent()).isEqualTo(other.intent()).containsOnlyKeys("SubnetId");
    }

    @Test
    void whatIsMissingOrNoNumberIsRefusedAsEc2Refuses() {
        QueryParameters queryParameters = QueryParameters.parse("DeviceIndex=first");
        SigV4VerifierTest.refused("MissingParameter", () -> queryParameters.require("InstanceId"));
        SigV4VerifierTest.refused("InvalidParameterValue", () -> queryParameters.requireNumber("DeviceIndex"));
    }

    @Test
    void textIsEscapedInAnswers() {
        assertThat(Xml.answer("X", "r", Map.of("tag", "<a> & b")))
                .contains("<XResponse xmlns=\"http://ec2.amazonaws.com/doc/2016-11-15/\">")
                .contains("<tag>&lt;a&gt; &amp; b</tag>");
    }
}
