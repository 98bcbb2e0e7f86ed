using Microsoft.Win32.SafeHandles;

namespace Vesper.Cli.Files;

/// <summary>
/// A file given by the user, read by position. What is missing or too short is a typed error that names it.
/// </summary>
internal sealed class InputFile : IDisposable
{
    private readonly SafeFileHandle _handle;

    private InputFile(string path, SafeFileHandle handle)
    {
        Path = path;
        _handle = handle;
        Length = RandomAccess.GetLength(handle);
    }

    /// <summary>The path as it was given.</summary>
    public string Path { get; }

    /// <summary>Bytes when it was opened.</summary>
    public long Length { get; }

    /// <summary>Opens a file.</summary>
    /// <exception cref="NotFoundException">There is none.</exception>
    /// <exception cref="SchemaException">It is a pipe or a device.</exception>
    public static InputFile Open(string path)
    {
        RequireFile(path);
        return new InputFile(path, File.OpenHandle(path, options: FileOptions.SequentialScan));
    }

    /// <summary>Opens a file as a stream.</summary>
    /// <exception cref="NotFoundException">There is none.</exception>
    /// <exception cref="SchemaException">It is a pipe or a device.</exception>
    public static FileStream OpenStream(string path)
    {
        RequireFile(path);
        return new FileStream(
            path, new FileStreamOptions { Options = FileOptions.SequentialScan, BufferSize = 1 << 16 });
    }

    /// <summary>Fills the span from an offset.</summary>
    /// <exception cref="CorruptDataException">The file ends before.</exception>
    public void ReadExactly(Span<byte> into, long offset, string expected)
    {
        var done = 0;
        while (done < into.Length)
        {
            var read = RandomAccess.Read(_handle, into[done..], offset + done);
            if (read == 0)
            {
                throw new CorruptDataException(Path, offset, $"{expected} ({into.Length} bytes)", $"{done} bytes");
            }

            done += read;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _handle.Dispose();

    private static void RequireFile(string path)
    {
        if (FileKind.IsPipeOrDevice(path))
        {
            throw new SchemaException(
                path, "is a pipe or a device, and an input is read more than once: write it to a file first");
        }

        if (!FileKind.TargetOf(path).Exists)
        {
            throw new NotFoundException("file", path);
        }
    }
}
