//! Sets the linker up for a Node addon.

fn main() {
    napi_build::setup();
    let setting = |name: &str| std::env::var(name).unwrap_or_default();
    // Cargo forgets `strip` for a package with a profile of its own. Nothing that only some linkers
    // know belongs here: GNU ld, LLVM's and zig's all link this.
    if setting("CARGO_CFG_TARGET_OS") == "linux" && setting("PROFILE") == "release" {
        println!("cargo::rustc-cdylib-link-arg=-s");
    }
}
