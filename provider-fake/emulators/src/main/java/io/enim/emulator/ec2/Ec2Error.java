package io.enim.emulator.ec2;

/** An answer that is an error, in EC2's form. */
final class Ec2Error extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final String code;
    private final String text;

    Ec2Error(int status, String code, String message) {
        super(message, null, false, false);
        this.status = status;
        this.code = code;
        this.text = message;
    }

    static Ec2Error refused(String code, String message) {
        return new Ec2Error(400, code, message);
    }

    int status() {
        return status;
    }

    /** The body of the answer. */
    String body(String requestId) {
        return Xml.document("Response", "", xml -> {
            xml.group(
                    "Errors",
                    errors -> errors.group(
                            "Error", error -> error.text("Code", code).text("Message", text)));
            xml.text("RequestID", requestId);
        });
    }
}
