using Vesper.Storage.Files;

namespace Vesper.Tests.Storage.Files;

/// <summary>What every implementation of <see cref="IFileSystem"/> does, the tests' own ones included.</summary>
public abstract class FileSystemConformance : IDisposable
{
    private readonly TemporaryDirectory _temporary = new();

    private protected abstract IFileSystem Files { get; }

    private protected string Root
    {
        get
        {
            Files.CreateDirectory(_temporary.Path);
            return _temporary.Path;
        }
    }

    public void Dispose()
    {
        _temporary.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public void ReadsBackWhatWasWrittenAtOffsets()
    {
        string path = At("a");
        using IFile file = Files.Create(path);
        Assert.Equal(path, file.Path);
        Assert.Equal(0, file.Length);
        file.WriteAt([1, 2, 3], 5);
        file.WriteAt([9], 0);
        file.WriteAt([], 100);
        file.Sync();
        Assert.Equal(8, file.Length);
        byte[] into = new byte[10];
        Assert.Equal(8, file.ReadAt(into, 0));
        Assert.Equal([9, 0, 0, 0, 0, 1, 2, 3, 0, 0], into);
        Assert.Equal(2, file.ReadAt(into, 6));
        Assert.Equal(0, file.ReadAt(into, 8));
        Assert.Equal(0, file.ReadAt(into, 1L << 40));
        Assert.Equal(0, file.ReadAt([], 0));
    }

    [Fact]
    public void CutsAndExtends()
    {
        using IFile file = Files.Create(At("a"));
        file.WriteAt([1, 2, 3, 4], 0);
        file.SetLength(2);
        Assert.Equal(2, file.Length);
        file.SetLength(4);
        byte[] into = new byte[4];
        Assert.Equal(4, file.ReadAt(into, 0));
        Assert.Equal([1, 2, 0, 0], into);
    }

    [Fact]
    public void CreateRefusesAnExistingFile()
    {
        Make("a", 1);
        var error = Assert.Throws<StorageException>(() => Files.Create(At("a")));
        Assert.Contains(At("a"), error.Message, StringComparison.Ordinal);
        using IFile file = Files.OpenRead(At("a"));
        Assert.Equal(1, file.Length);
    }

    [Fact]
    public void MissingFilesAreNamed()
    {
        Assert.Equal(At("no"), Assert.Throws<FileNotFoundException>(() => Files.OpenRead(At("no"))).FileName);
        Assert.Throws<FileNotFoundException>(() => Files.OpenRead(System.IO.Path.Combine(At("no"), "deeper")));
        Assert.False(Files.Delete(At("no")));
        Assert.False(Files.Exists(At("no")));
        Assert.Throws<StorageException>(() => Files.Rename(At("no"), At("b")));
        Assert.Throws<FileNotFoundException>(() => Files.SyncDirectory(At("no")));
    }

    [Fact]
    public void ReadOnlyHandlesRefuseWrites()
    {
        Make("a", 1);
        using IFile file = Files.OpenRead(At("a"));
        Assert.Throws<StorageException>(() => file.WriteAt([1], 0));
        Assert.Throws<StorageException>(() => file.SetLength(0));
        file.Sync();
    }

    [Fact]
    public void AClosedFileRefuses()
    {
        IFile file = Files.Create(At("a"));
        file.Dispose();
        file.Dispose();
        Assert.Throws<ObjectDisposedException>(() => file.ReadAt(new byte[1], 0));
        Assert.Throws<ObjectDisposedException>(() => file.Sync());
    }

    [Fact]
    public void RenameReplaces()
    {
        Make("a", 1);
        Make("b", 2, 2);
        Files.Rename(At("a"), At("b"));
        Assert.False(Files.Exists(At("a")));
        using IFile file = Files.OpenRead(At("b"));
        Assert.Equal(1, file.Length);
    }

    [Fact]
    public void AnOpenFileSurvivesRenameAndDelete()
    {
        Make("a", 7);
        using IFile file = Files.OpenRead(At("a"));
        Files.Rename(At("a"), At("b"));
        Assert.True(Files.Delete(At("b")));
        byte[] into = new byte[1];
        Assert.Equal(1, file.ReadAt(into, 0));
        Assert.Equal(7, into[0]);
    }

    [Fact]
    public void ListsNamesInOrder()
    {
        foreach (string name in new[] { "b", "a", "B", "MANIFEST-1", ".hidden" })
        {
            Make(name, 1);
        }

        Files.CreateDirectory(At("directory"));
        Assert.Equal([".hidden", "B", "MANIFEST-1", "a", "b", "directory"], Files.List(Root));
        Assert.Empty(Files.List(At("no")));
    }

    [Fact]
    public void DirectoriesComeAndGo()
    {
        string deep = System.IO.Path.Combine(At("x"), "y");
        Files.CreateDirectory(deep);
        Files.CreateDirectory(deep);
        Assert.True(Files.DirectoryExists(deep));
        Assert.False(Files.Exists(deep));
        Files.SyncDirectory(deep);
        Assert.Throws<StorageException>(() => Files.DeleteDirectory(At("x")));
        Assert.True(Files.DeleteDirectory(deep));
        Assert.False(Files.DeleteDirectory(deep));
        Assert.False(Files.DirectoryExists(deep));
    }

    [Fact]
    public void AnExclusiveLockIsAlone()
    {
        using (IDisposable? held = Files.TryLock(At("LOCK"), shared: false))
        {
            Assert.NotNull(held);
            Assert.Null(Files.TryLock(At("LOCK"), shared: false));
            Assert.Null(Files.TryLock(At("LOCK"), shared: true));
        }

        using IDisposable? again = Files.TryLock(At("LOCK"), shared: false);
        Assert.NotNull(again);
        Assert.True(Files.Exists(At("LOCK")));
    }

    [Fact]
    public void SharedLocksShare()
    {
        using IDisposable? first = Files.TryLock(At("LOCK"), shared: true);
        using IDisposable? second = Files.TryLock(At("LOCK"), shared: true);
        Assert.NotNull(first);
        Assert.NotNull(second);
        Assert.Null(Files.TryLock(At("LOCK"), shared: false));
        first.Dispose();
        Assert.Null(Files.TryLock(At("LOCK"), shared: false));
        second.Dispose();
        using IDisposable? writer = Files.TryLock(At("LOCK"), shared: false);
        Assert.NotNull(writer);
    }

    [Fact]
    public void ConcurrentReadsSeeTheirOwnPlace()
    {
        byte[] all = [.. Enumerable.Range(0, 1 << 16).Select(i => (byte)(i * 31))];
        Make("a", all);
        using IFile file = Files.OpenRead(At("a"));
        Parallel.For(0, 64, worker =>
        {
            byte[] into = new byte[1000];
            int offset = worker * 997;
            Assert.Equal(1000, file.ReadAt(into, offset));
            Assert.Equal(all[offset..(offset + 1000)], into);
        });
    }

    [Fact]
    public void FreeSpaceIsKnown() => Assert.True(Files.FreeBytes(Root) > 0);

    private protected string At(string name) => System.IO.Path.Combine(Root, name);

    private protected void Make(string name, params byte[] bytes)
    {
        using IFile file = Files.Create(At(name));
        file.WriteAt(bytes, 0);
    }
}
