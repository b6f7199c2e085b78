package io.gangway.benchmarks.comparison;

/** A benchmark that others have published. */
enum Shape {
    SHOOTOUT("--shootout"),
    BUN_CHAT("--bun-chat"),
    CENTRIFUGO("--centrifugo");

    private final String option;

    Shape(String option) {
        this.option = option;
    }

    /** What one writes on the command line. */
    String option() {
        return option;
    }
}
