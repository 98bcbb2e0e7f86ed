using System.Diagnostics;

namespace Vesper.Hosts.Tests.Cli.Files;

/// <summary>A pipe that has a name in a folder.</summary>
internal static class NamedPipe
{
    /// <summary>Makes one, or skips the test where there are none.</summary>
    public static string MakeOrSkip(string path)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs a pipe in the file system");
        using var make = Process.Start("mkfifo", [path]);
        make.WaitForExit();
        Assert.Equal(0, make.ExitCode);
        return path;
    }
}
