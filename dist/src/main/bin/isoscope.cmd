@echo off
rem Starts Isoscope. It needs a Java runtime, 17 or newer, and the jars in lib beside bin.
setlocal

set "JAVA=java.exe"
if defined JAVA_HOME set "JAVA=%JAVA_HOME%\bin\java.exe"
"%JAVA%" -version >nul 2>&1
if errorlevel 1 (
  >&2 echo isoscope: no java found; expected a Java runtime, 17 or newer. Install one, for example Eclipse Temurin, or set JAVA_HOME.
  exit /b 1
)

set "VERSION="
for /f tokens^=2^ delims^=^" %%v in ('""%JAVA%" -version 2>&1 | findstr /c:" version ""') do if not defined VERSION set "VERSION=%%v"
set "MAJOR=17"
if defined VERSION for /f "delims=._-+" %%m in ("%VERSION%") do set "MAJOR=%%m"
if %MAJOR% LSS 17 (
  >&2 echo isoscope: "%JAVA%" is Java %VERSION%; expected 17 or newer. Install one, for example Eclipse Temurin, or set JAVA_HOME.
  exit /b 1
)

set "JAR="
for %%j in ("%~dp0..\lib\isoscope-cli-*.jar") do set "JAR=%%~fj"
if not defined JAR (
  >&2 echo isoscope: no isoscope-cli jar in "%~dp0..\lib". Unpack the archive again, into an empty directory.
  exit /b 1
)

rem JavaCPP would otherwise refuse native memory beyond four times the Java heap.
"%JAVA%" -XX:+UseParallelGC -XX:MaxNewSize=256m -Dorg.bytedeco.javacpp.maxPhysicalBytes=0 %JAVA_OPTS% -cp "%JAR%" org.isoscope.cli.Isoscope %*
exit /b %ERRORLEVEL%
