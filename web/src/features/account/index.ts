/** Signing in and out, the password, and what the operator set up. */
export { ChangePassword } from "./ChangePassword";
export { Configured } from "./Configured";
export { SignIn, type SignInMode } from "./SignIn";
