package io.gangway.annotations;

/** Explains why reflection cannot call a class of another module. */
final class Access {
    private Access() {}

    /** The reason why a method or constructor of this class cannot be called, and the remedy. */
    static String remedy(Class<?> type) {
        Module engine = Access.class.getModule();
        return "module " + type.getModule().getName() + " does not open package " + type.getPackageName()
                + ": declare \"opens " + type.getPackageName()
                + (engine.isNamed() ? " to " + engine.getName() : "")
                + ";\" in its module-info, or make class and method"
                + " public and export the package";
    }
}
