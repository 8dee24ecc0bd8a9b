//! Sets the linker up for a Node addon.

fn main() {
    napi_build::setup();
    let setting = |name: &str| std::env::var(name).unwrap_or_default();
    // Cargo forgets `strip` for a package with a profile of its own.
    if setting("CARGO_CFG_TARGET_OS") == "linux" && setting("PROFILE") == "release" {
        println!("cargo::rustc-cdylib-link-arg=-s");
        println!("cargo::rustc-cdylib-link-arg=-Wl,--icf=all");
    }
}
