using System.Buffers.Binary;
using System.Diagnostics;
using System.Text;
using Vesper.Storage.Files;
using Vesper.Storage.Formats;

namespace Vesper.Storage.Manifest;

/// <summary>
/// The content of a manifest file: three sections, drawn in docs/formats/manifest.md. Keep the two in step.
/// </summary>
internal static class ManifestFile
{
    /// <summary>The most that an owner may put into a manifest.</summary>
    public const int BodyBytesMax = 64 << 20;

    private const int RootBytes = 32;
    private const int FileEntryBytes = 48;
    private static readonly SectionKey Root = new(1);
    private static readonly SectionKey Files = new(2);
    private static readonly SectionKey Body = new(3);

    /// <summary>Writes the sections.</summary>
    public static void Write(SectionFileWriter writer, ManifestImage image)
    {
        writer.Begin(Root);
        Span<byte> root = stackalloc byte[RootBytes];
        root.Clear();
        BinaryPrimitives.WriteInt64LittleEndian(root, image.Generation);
        BinaryPrimitives.WriteInt64LittleEndian(root[8..], image.PreviousGeneration);
        BinaryPrimitives.WriteInt32LittleEndian(root[16..], image.Files.Count);
        writer.Write(root);
        writer.End();

        writer.Begin(Files);
        Span<byte> entry = stackalloc byte[FileEntryBytes];
        foreach (FileReceipt file in image.Files)
        {
            Debug.Assert(DataFileNames.IsValid(file.Name), "names are checked before anything is written");
            Encoding.ASCII.GetBytes(file.Name, entry);
            BinaryPrimitives.WriteUInt32LittleEndian(entry[36..], file.Checksum);
            BinaryPrimitives.WriteInt64LittleEndian(entry[40..], file.Length);
            writer.Write(entry);
        }

        writer.End();
        writer.Begin(Body);
        writer.Write(image.Body.Span);
        writer.End();
    }

    /// <summary>Reads and validates a manifest on its own: whether its files exist is another question.</summary>
    public static ManifestImage Read(SectionFileReader reader, long generation)
    {
        var scope = new MemoryScope("manifest");
        using LazySection root = Open(reader, Root, RootBytes, scope);
        ReadOnlySpan<byte> bytes = root.Length == RootBytes
            ? root.Slice(0, RootBytes)
            : throw root.Corrupt(0, $"{RootBytes} bytes", $"{root.Length}");
        long named = BinaryPrimitives.ReadInt64LittleEndian(bytes);
        if (named != generation)
        {
            throw root.Corrupt(0, $"generation {generation}, as the file's name says", $"{named}");
        }

        long previous = BinaryPrimitives.ReadInt64LittleEndian(bytes[8..]);
        if (previous < 0 || previous >= generation)
        {
            throw root.Corrupt(8, $"a generation below {generation}", $"{previous}");
        }

        int count = BinaryPrimitives.ReadInt32LittleEndian(bytes[16..]);
        int notZero = bytes[20..].IndexOfAnyExcept((byte)0);
        if (notZero >= 0)
        {
            throw root.Corrupt(20 + notZero, "zero", $"byte {bytes[20 + notZero]:x2}");
        }

        return new ManifestImage
        {
            Generation = generation,
            PreviousGeneration = previous,
            Files = ReadFiles(reader, count, scope),
            Body = ReadBody(reader, scope),
            NextGeneration = generation + 1,
        };
    }

    private static FileReceipt[] ReadFiles(SectionFileReader reader, int count, MemoryScope scope)
    {
        using LazySection section = Open(reader, Files, int.MaxValue, scope);
        if (count < 0 || section.Length != (long)count * FileEntryBytes)
        {
            throw section.Corrupt(0, $"{count} entries of {FileEntryBytes} bytes", $"{section.Length} bytes");
        }

        var files = new FileReceipt[count];
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (int i = 0; i < count; i++)
        {
            long at = (long)i * FileEntryBytes;
            ReadOnlySpan<byte> entry = section.Slice(at, FileEntryBytes);
            string name = Encoding.ASCII.GetString(entry[..DataFileNames.Length]);
            long length = BinaryPrimitives.ReadInt64LittleEndian(entry[40..]);
            if (!DataFileNames.IsValid(name) || !names.Add(name) || length < 0)
            {
                string found = $"{Convert.ToHexString(entry[..DataFileNames.Length])}, {length} bytes";
                throw section.Corrupt(at, "a data file's name, once, and its length", found);
            }

            files[i] = new FileReceipt(name, length, BinaryPrimitives.ReadUInt32LittleEndian(entry[36..]));
        }

        return files;
    }

    private static byte[] ReadBody(SectionFileReader reader, MemoryScope scope)
    {
        using LazySection section = Open(reader, Body, BodyBytesMax, scope);
        return section.Slice(0, (int)section.Length).ToArray();
    }

    private static LazySection Open(SectionFileReader reader, SectionKey key, long lengthMax, MemoryScope scope)
    {
        long length = reader.SectionLength(key);
        return length <= lengthMax
            ? reader.Section(key, scope)
            : throw reader.Corrupt(key, 0, $"at most {lengthMax} bytes", $"{length}");
    }
}
