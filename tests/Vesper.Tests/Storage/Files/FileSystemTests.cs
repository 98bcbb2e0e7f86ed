using Vesper.Storage.Files;
using Vesper.Storage.Files.Native;

namespace Vesper.Tests.Storage.Files;

/// <summary>The operating system's own file system.</summary>
public sealed class FileSystemTests : FileSystemConformance
{
    private protected override IFileSystem Files => FileSystems.Current;

    [Fact]
    public void AFullDeviceIsTyped()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "only Linux has /dev/full");
        using IFile full = OpenDevice("/dev/full");
        var error = Assert.Throws<StorageException>(() => full.WriteAt([1], 0));
        Assert.Equal(VesperErrorCode.DiskFull, error.Code);
        Assert.Contains("pwrite /dev/full: ENOSPC", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AFailedSyncIsReported()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs a device that refuses fdatasync");
        using IFile device = OpenDevice("/dev/null");
        var error = Assert.Throws<StorageException>(device.Sync);
        Assert.Equal(VesperErrorCode.Storage, error.Code);
        Assert.Contains("sync /dev/null: EINVAL", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void APipeUnderADataFilesNameDoesNotHang()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs mkfifo");
        using (var make = System.Diagnostics.Process.Start("mkfifo", At("pipe")))
        {
            make.WaitForExit();
        }

        using IFile file = Files.OpenRead(At("pipe"));
        var error = Assert.Throws<StorageException>(() => file.Length);
        Assert.Contains("ESPIPE", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ADirectoryUnderAFilesNameIsATypedError()
    {
        Files.CreateDirectory(At("a"));
        Assert.Throws<StorageException>(() => Files.Delete(At("a")));
        Assert.Throws<StorageException>(() => Files.Create(At("a")));
        if (OperatingSystem.IsLinux())
        {
            using IFile file = Files.OpenRead(At("a"));
            var error = Assert.Throws<StorageException>(() => file.ReadAt(new byte[1], 0));
            Assert.Contains("EISDIR", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void ATooLongNameIsATypedError()
    {
        var error = Assert.Throws<StorageException>(() => Files.Create(At(new string('x', 300))));
        string reason = OperatingSystem.IsWindows() ? "create" : "ENAMETOOLONG";
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void NoFileIsInheritedByChildren()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs /proc");
        using IFile file = Files.Create(At("a"));
        using IDisposable? held = Files.TryLock(At("LOCK"), shared: false);
        var mine = Directory.GetFiles("/proc/self/fd").Where(IsOurs).ToList();
        Assert.Equal(2, mine.Count);
        Assert.All(mine, descriptor => Assert.True(IsCloseOnExec(descriptor), descriptor));
    }

    private static PosixFile OpenDevice(string path)
    {
        var handle = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        return new PosixFile(handle, path, PosixCalls.FileDataSync);
    }

    private bool IsOurs(string descriptor)
    {
        try
        {
            FileSystemInfo? target = File.ResolveLinkTarget(descriptor, returnFinalTarget: false);
            return target?.FullName.StartsWith(Root, StringComparison.Ordinal) == true;
        }
        catch (FileNotFoundException)
        {
            // Another test's, closed since it was listed; this test's own stay open.
            return false;
        }
    }

    private static bool IsCloseOnExec(string descriptor)
    {
        string info = File.ReadAllText(descriptor.Replace("/fd/", "/fdinfo/", StringComparison.Ordinal));
        string flags = info.Split('\n').Single(line => line.StartsWith("flags:", StringComparison.Ordinal))[6..].Trim();
        return (Convert.ToInt64(flags, 8) & 0x80000) != 0;
    }
}

/// <summary>The tests' file system in memory behaves like the real one.</summary>
public sealed class MemoryFileSystemTests : FileSystemConformance
{
    private readonly MemoryFileSystem _files = new();

    private protected override IFileSystem Files => _files;
}

/// <summary>The tests' interceptors change nothing that they are not told to.</summary>
public sealed class InterceptedFileSystemTests : FileSystemConformance
{
    private readonly FaultyFileSystem _faulty;
    private readonly RecordingFileSystem _recording;

    public InterceptedFileSystemTests()
    {
        _faulty = new FaultyFileSystem(new MemoryFileSystem());
        _recording = new RecordingFileSystem(_faulty);
    }

    private protected override IFileSystem Files => _recording;

    [Fact]
    public void OperationsAreNumberedInOrder()
    {
        _ = Root;
        _recording.Clear();
        using (IFile file = Files.Create(At("a")))
        {
            file.WriteAt([1, 2], 3);
            file.Sync();
        }

        long acknowledged = _recording.Mark("acknowledged");
        Files.Rename(At("a"), At("b"));
        FileOperation[] seen = [.. _recording.Operations.Where(seen => seen.Kind != FileOperationKind.CreateDirectory)];
        Assert.Equal(
            "Create Write Sync Mark Rename",
            string.Join(' ', seen.Select(operation => operation.Kind)));
        Assert.True(seen[2].Sequence < acknowledged && acknowledged < seen[4].Sequence);
        Assert.Equal((3L, 2L), (seen[1].Offset, seen[1].Length));
    }

    [Fact]
    public void FaultsComeWhereTheyWereAsked()
    {
        using IFile file = Files.Create(At("a"));
        _faulty.Fail(FileOperationKind.Write, nth: 2, error: FaultyFileSystem.DiskFull());
        file.WriteAt([1, 1], 0);
        Assert.Equal(VesperErrorCode.DiskFull, Assert.Throws<StorageException>(() => file.WriteAt([2, 2], 2)).Code);
        Assert.Equal(3, file.Length);
        file.WriteAt([2, 2], 2);
        _faulty.Fail(FileOperationKind.Sync, sticky: true);
        Assert.Throws<StorageException>(file.Sync);
        Assert.Throws<StorageException>(file.Sync);
        _faulty.Heal();
        file.Sync();
        Assert.Equal(3, _faulty.Thrown);
    }

    [Fact]
    public void ReadsCanLie()
    {
        Make("a", 1, 2, 3);
        _faulty.OnRead = (operation, bytes) => bytes[0] ^= 0xFF;
        using IFile file = Files.OpenRead(At("a"));
        byte[] into = new byte[3];
        file.ReadAt(into, 0);
        Assert.Equal([0xFE, 2, 3], into);
    }
}
