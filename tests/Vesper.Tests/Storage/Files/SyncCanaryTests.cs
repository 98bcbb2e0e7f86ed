using Microsoft.Win32.SafeHandles;
using Vesper.Storage.Files.Native;

namespace Vesper.Tests.Storage.Files;

/// <summary>
/// Why syncs go to the C library: .NET does not report one that fails. The descriptor is one that names a file without
/// opening it (O_PATH): any fsync of it fails with EBADF. The output says which way the running runtime behaves.
/// </summary>
public sealed class SyncCanaryTests
{
    private const int PathOnly = 0x200000;

    [Fact]
    public void A_failed_sync_is_reported_by_ours_and_the_runtime_shows_what_it_does()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "O_PATH is Linux's");
        string path = Path.GetTempFileName();
        try
        {
            using var handle = new SafeFileHandle(PosixCalls.Open(path, PathOnly), ownsHandle: true);
            Assert.False(handle.IsInvalid);
            using var ours = new PosixFile(handle, path, PosixCalls.FileDataSync);
            StorageException error = Assert.Throws<StorageException>(ours.Sync);
            Assert.Contains("EBADF", error.Message, StringComparison.Ordinal);
            Exception? theirs = Record.Exception(() => RandomAccess.FlushToDisk(handle));
            string verdict = theirs is null ? "hides it; syncs must not go through it" : $"says: {theirs.Message}";
            TestContext.Current.TestOutputHelper?.WriteLine(
                $"A failed sync on .NET {Environment.Version}: the runtime {verdict}");
        }
        finally
        {
            File.Delete(path);
        }
    }
}
