package io.gangway.benchmarks.comparison;

/** A benchmark published by another project. */
enum Shape {
    SHOOTOUT("--shootout"),
    BUN_CHAT("--bun-chat"),
    CENTRIFUGO("--centrifugo");

    private final String option;

    Shape(String option) {
        this.option = option;
    }

    /** Its option on the command line. */
    String option() {
        return option;
    }
}
