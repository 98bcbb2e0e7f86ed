using System.Text;
using Vesper.Storage.Files;
using Vesper.Storage.Formats;
using Vesper.Storage.Manifest;
using Vesper.Tests.Storage.Files;

namespace Vesper.Tests.Storage.Manifest;

/// <summary>A fault at every operation of a publish: afterwards the old state or the new one is there, whole.</summary>
public sealed class ManifestFaultTests
{
    private const string Root = "/collection";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void AFaultAtEveryOperationLeavesOldOrNew(bool sticky)
    {
        bool failed = true;
        for (int nth = 1; failed; nth++)
        {
            Assert.True(nth < 100, "a publish takes finitely many operations");
            MemoryFileSystem memory = WithTwoGenerations(out FileReceipt kept, out FileReceipt added);
            var faulty = new FaultyFileSystem(memory);
            faulty.Fail(_ => true, nth, sticky);
            failed = !TryPublish(faulty, [kept, added]);
            Assert.True(Store(memory).TryReadNewest(out ManifestImage? image), $"operation {nth}");
            string body = Encoding.UTF8.GetString(image.Body.Span);
            Assert.Equal(image.Generation == 3 ? "three" : "two", body);
            Assert.True(failed || image.Generation == 3, $"operation {nth}: published and not there");
            Assert.False(image.IsFallback);
            Assert.Equal(failed, faulty.Thrown > 0);
            CheckThatWorkGoesOn(memory, image, kept);
        }
    }

    [Fact]
    public void BeforeTheRenameAnotherAttemptIsAllowed()
    {
        MemoryFileSystem memory = WithTwoGenerations(out FileReceipt kept, out _);
        var faulty = new FaultyFileSystem(memory);
        ManifestStore store = Store(faulty);
        faulty.Fail(FileOperationKind.Write, error: FaultyFileSystem.DiskFull());
        Assert.Equal(
            VesperErrorCode.DiskFull, Assert.Throws<StorageException>(() => store.Publish(3, "three"u8, [kept])).Code);
        faulty.Fail(FileOperationKind.Sync);
        Assert.Throws<StorageException>(() => store.Publish(3, "three"u8, [kept]));
        store.Publish(3, "three"u8, [kept]);
        Assert.True(store.TryReadNewest(out ManifestImage? image));
        Assert.Equal(3, image.Generation);
        Assert.DoesNotContain(memory.List(Root), name => name.EndsWith(".tmp", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(nameof(FileOperationKind.Rename), 1)]
    [InlineData(nameof(FileOperationKind.SyncDirectory), 2)]
    public void FromTheRenameOnTheStoreRefusesAndDeletesNothing(string kind, int nth)
    {
        MemoryFileSystem memory = WithTwoGenerations(out FileReceipt kept, out _);
        var faulty = new FaultyFileSystem(memory);
        ManifestStore store = Store(faulty);
        faulty.Fail(Enum.Parse<FileOperationKind>(kind), nth);
        Assert.Throws<StorageException>(() => store.Publish(3, "three"u8, [kept]));
        IReadOnlyList<string> before = memory.List(Root);
        Assert.Throws<StorageException>(() => store.Publish(4, "four"u8, [kept]));
        Assert.Throws<StorageException>(() => store.TryReadNewest(out _));
        Assert.Throws<StorageException>(() => store.DeleteObsolete());
        Assert.Equal(before, memory.List(Root));
    }

    [Fact]
    public void WhatIsReadBackWrongIsNotPublished()
    {
        MemoryFileSystem memory = WithTwoGenerations(out FileReceipt kept, out _);
        var faulty = new FaultyFileSystem(memory)
        {
            OnRead = (operation, bytes) => bytes[0] ^= (byte)(operation.Name.EndsWith('3') ? 1 : 0),
        };
        Assert.Throws<CorruptDataException>(() => Store(faulty).Publish(3, "three"u8, [kept]));
    }

    [Fact]
    public void AFailedReadIsNoReasonToFallBack()
    {
        MemoryFileSystem memory = WithTwoGenerations(out _, out _);
        var faulty = new FaultyFileSystem(memory);
        faulty.Fail(FileOperationKind.Read);
        Assert.Throws<StorageException>(() => Store(faulty).TryReadNewest(out _));
        Assert.True(Store(faulty).TryReadNewest(out ManifestImage? image));
        Assert.Equal(2, image.Generation);
    }

    [Fact]
    public void CleanupInterruptedAnywhereLeavesBothStates()
    {
        bool failed = true;
        for (int nth = 1; failed; nth++)
        {
            MemoryFileSystem memory = WithTwoGenerations(out FileReceipt kept, out FileReceipt added);
            Store(memory).Publish(3, "three"u8, [kept, added]);
            var faulty = new FaultyFileSystem(memory);
            faulty.FailChange(nth);
            failed = Record.Exception(() => Store(faulty).DeleteObsolete()) is not null;
            Assert.True(Store(memory).TryReadNewest(acceptOlder: false, out ManifestImage? image));
            Assert.Equal(3, image.Generation);
            memory.Delete(Root + "/MANIFEST-0000000000000003");
            Assert.True(Store(memory).TryReadNewest(out image));
            Assert.Equal(2, image.Generation);
        }
    }

    private static void CheckThatWorkGoesOn(MemoryFileSystem memory, ManifestImage image, FileReceipt kept)
    {
        ManifestStore store = Store(memory);
        store.DeleteObsolete();
        store.Publish(image.NextGeneration, "next"u8, [kept]);
        store.DeleteObsolete();
        Assert.True(store.TryReadNewest(out ManifestImage? next));
        Assert.Equal([kept], next.Files);
        Assert.DoesNotContain(memory.List(Root), name => name.EndsWith(".tmp", StringComparison.Ordinal));
    }

    private static bool TryPublish(FaultyFileSystem faulty, IReadOnlyList<FileReceipt> dataFiles)
    {
        try
        {
            Store(faulty).Publish(3, "three"u8, dataFiles);
            return true;
        }
        catch (StorageException)
        {
            return false;
        }
    }

    private static MemoryFileSystem WithTwoGenerations(out FileReceipt kept, out FileReceipt added)
    {
        var memory = new MemoryFileSystem();
        memory.CreateDirectory(Root);
        kept = DataFile(memory);
        FileReceipt dropped = DataFile(memory);
        added = DataFile(memory);
        Store(memory).Publish(1, "one"u8, [dropped]);
        Store(memory).Publish(2, "two"u8, [kept]);
        return memory;
    }

    private static ManifestStore Store(IFileSystem files) => new(files, Root, FileKind.CollectionManifest, 1);

    private static FileReceipt DataFile(MemoryFileSystem memory)
    {
        string path = Root + "/" + DataFileNames.For(FileKind.Segment, Guid.NewGuid());
        using var writer = SectionFileWriter.Create(memory, path, FileKind.Segment, 1);
        return writer.Finish();
    }
}
